sinkscope_test(trace attention unit)
sinkscope_test(trace trace unit)
sinkscope_test(trace variant_traces unit)
sinkscope_test(trace output_norm unit)
