sinkscope_test(analysis sink_metric unit)
