# Programs to look at, not tests: built only when asked for by name.
if(SINKSCOPE_GUI)
  add_executable(widget_gallery EXCLUDE_FROM_ALL manual/widget_gallery.cpp)
  target_link_libraries(widget_gallery PRIVATE sinkscope_widgets)
endif()
add_executable(training_inputs EXCLUDE_FROM_ALL manual/training_inputs.cpp)
target_link_libraries(training_inputs PRIVATE sinkscope_core Qt6::Test)
