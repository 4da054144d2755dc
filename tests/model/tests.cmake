sinkscope_test(model gguf unit)
