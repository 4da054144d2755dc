sinkscope_test(gui window gui)
sinkscope_test(gui demo_window gui model)
