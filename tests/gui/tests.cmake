sinkscope_test(gui window gui)
sinkscope_test(gui demo_models gui model)
