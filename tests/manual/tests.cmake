# Programs to look at, not tests: built only when asked for by name.
if(SINKSCOPE_GUI)
  add_executable(widget_gallery EXCLUDE_FROM_ALL manual/widget_gallery.cpp)
  target_link_libraries(widget_gallery PRIVATE sinkscope_widgets)
endif()
