sinkscope_test(model gguf unit)
sinkscope_test(model model model)
sinkscope_test(model tiny_models unit)
