find_package(HDF5 REQUIRED COMPONENTS C HL)
sinkscope_test(runs run_file unit)
sinkscope_test(runs new_file unit)
sinkscope_test(runs damaged_run unit)
sinkscope_test(runs config_json unit)
# These look into the files with the C API itself; core does not pass HDF5's headers on.
foreach(name run_file damaged_run)
  target_include_directories(tst_${name} SYSTEM PRIVATE ${HDF5_C_INCLUDE_DIRS})
endforeach()
