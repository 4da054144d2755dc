sinkscope_test(gui collapse_page gui)
sinkscope_test(gui perturb_page gui)
sinkscope_test(gui window gui)
sinkscope_test(gui window_models gui model)
