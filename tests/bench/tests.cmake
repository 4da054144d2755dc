# Measured by hand on a quiet machine: built only when asked for by name.
if(SINKSCOPE_GUI)
  add_executable(edit_latency EXCLUDE_FROM_ALL bench/edit_latency.cpp)
  target_link_libraries(edit_latency PRIVATE sinkscope_core sinkscope_app Qt6::Test)
endif()
add_executable(tokenizer_speed EXCLUDE_FROM_ALL bench/tokenizer_speed.cpp)
target_link_libraries(tokenizer_speed PRIVATE sinkscope_core)
