# Pictures of every page, for eyes: see screenshots.sh.
add_executable(sinkscope_screenshots EXCLUDE_FROM_ALL screenshots/screenshots.cpp screenshots/desktop_pictures.cpp)
target_link_libraries(sinkscope_screenshots PRIVATE sinkscope_core sinkscope_app Qt6::Test)
target_compile_definitions(sinkscope_screenshots PRIVATE SINKSCOPE_EXECUTABLE="$<TARGET_FILE:sinkscope>")
add_dependencies(sinkscope_screenshots sinkscope)
