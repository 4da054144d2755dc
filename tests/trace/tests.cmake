sinkscope_test(trace attention unit)
sinkscope_test(trace trace unit)
