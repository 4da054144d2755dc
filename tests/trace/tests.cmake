sinkscope_test(trace attention unit)
