sinkscope_test(model gguf unit)
sinkscope_test(model model model)
