sinkscope_test(analysis alignment unit)
sinkscope_test(analysis perturbation model)
sinkscope_test(analysis sink_metric unit)
