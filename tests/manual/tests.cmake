# Programs to look at, not tests: built only when asked for by name.
if(SINKSCOPE_GUI)
  foreach(gallery widget_gallery figure_gallery)
    add_executable(${gallery} EXCLUDE_FROM_ALL manual/${gallery}.cpp)
    target_link_libraries(${gallery} PRIVATE sinkscope_widgets)
  endforeach()
endif()
add_executable(training_inputs EXCLUDE_FROM_ALL manual/training_inputs.cpp)
target_link_libraries(training_inputs PRIVATE sinkscope_core Qt6::Test)
