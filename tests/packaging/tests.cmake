sinkscope_command_test(packaging descriptions unit)
sinkscope_test(packaging file_type unit)
target_compile_definitions(tst_file_type PRIVATE SINKSCOPE_SOURCE="${CMAKE_SOURCE_DIR}")
# What `cmake --install` lays down, moved to another place.
add_test(NAME packaging/install COMMAND bash ${CMAKE_CURRENT_LIST_DIR}/install_test.sh ${CMAKE_BINARY_DIR})
set_tests_properties(packaging/install PROPERTIES LABELS slow TIMEOUT 300)
