find_package(HDF5 REQUIRED COMPONENTS C HL)
sinkscope_test(catalogue run_query unit)
sinkscope_test(catalogue run_pair unit)
sinkscope_command_test(catalogue catalogue unit)
sinkscope_command_test(catalogue card_reader unit)
sinkscope_command_test(catalogue run_contents unit)
# It makes hostile files with the C API itself.
target_include_directories(tst_run_contents SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS})
target_compile_definitions(tst_run_contents PRIVATE SINKSCOPE_RUNS="${CMAKE_SOURCE_DIR}/resources/runs")
