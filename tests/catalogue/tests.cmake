sinkscope_test(catalogue run_query unit)
sinkscope_command_test(catalogue catalogue unit)
sinkscope_command_test(catalogue card_reader unit)
