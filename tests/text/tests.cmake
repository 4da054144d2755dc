sinkscope_test(text token unit)
sinkscope_test(text sentencepiece_tokenizer unit)
sinkscope_test(text byte_level_bpe unit)
sinkscope_test(text demo_tokenizers model)
