sinkscope_test(text token unit)
sinkscope_test(text token_class unit)
sinkscope_test(text prompts unit)
sinkscope_test(text sentencepiece_tokenizer unit)
sinkscope_test(text byte_level_bpe unit)
sinkscope_test(text character_bpe unit)
sinkscope_test(text demo_tokenizers model)
sinkscope_test(text utf8 unit)
sinkscope_test(text english_prompts model)
target_compile_definitions(tst_english_prompts PRIVATE SINKSCOPE_SOURCE="${CMAKE_SOURCE_DIR}")

# Published tokenizers on 10 MB of text; fetched by the test itself, skipped where there is no network.
sinkscope_test(text real_tokenizers slow)
target_sources(tst_real_tokenizers PRIVATE text/mixed_text.cpp)
target_compile_definitions(tst_real_tokenizers PRIVATE SINKSCOPE_SOURCE="${CMAKE_SOURCE_DIR}")
set_tests_properties(text/real_tokenizers PROPERTIES SKIP_RETURN_CODE 77)
# Built when a script asks for it by name.
add_executable(write_mixed_text EXCLUDE_FROM_ALL text/write_mixed_text.cpp text/mixed_text.cpp)
target_link_libraries(write_mixed_text PRIVATE sinkscope_core)
