sinkscope_test(gui window gui)
sinkscope_test(gui window_models gui model)
