# What `cmake --install` lays down: a tree that works wherever it stands, for the program finds all else from its own place.
set(private_libraries lib/sinkscope)  # of the tree

# A GPU build of libtorch takes gigabytes and loads libraries by name: it stays where it is.
get_filename_component(torch_libraries "${TORCH_INSTALL_PREFIX}/lib" ABSOLUTE)
set(SINKSCOPE_BRINGS_TORCH ON)
if(TARGET torch_cuda OR TARGET torch_hip)
  set(SINKSCOPE_BRINGS_TORCH OFF)
endif()

if(SINKSCOPE_BRINGS_TORCH)
  set_target_properties(sinkscope PROPERTIES INSTALL_RPATH "$ORIGIN/../${private_libraries}")
  install(TARGETS sinkscope RUNTIME_DEPENDENCY_SET libraries DESTINATION bin)
  # Those of libtorch's folder that the program needs, itself or through another; the system's own stay with the system.
  string(REGEX REPLACE "([][+.*()^$?|\\])" "\\\\\\1" torch_pattern "${torch_libraries}/")
  install(RUNTIME_DEPENDENCY_SET libraries
    POST_INCLUDE_REGEXES "^${torch_pattern}" POST_EXCLUDE_REGEXES ".*"
    LIBRARY DESTINATION ${private_libraries})
  # --strip stops at what was built here, and libtorch comes with a fifth of it symbols for debugging.
  install(CODE "set(strip \"${CMAKE_STRIP}\")\nset(private_libraries \"${private_libraries}\")")
  install(CODE [[
    if(CMAKE_INSTALL_DO_STRIP)
      file(GLOB libraries "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${private_libraries}/*.so*")
      execute_process(COMMAND "${strip}" --strip-unneeded ${libraries} COMMAND_ERROR_IS_FATAL ANY)
    endif()]])
  file(GLOB torch_licences "${TORCH_INSTALL_PREFIX}/../torch-*.dist-info/licenses")
  if(torch_licences)
    install(DIRECTORY ${torch_licences} DESTINATION share/doc/sinkscope/libtorch)
    install(FILES packaging/licences/intel-onemkl.txt DESTINATION share/doc/sinkscope/libtorch)  # built into it
  else()
    message(STATUS "libtorch came without its licences: add them before you pass an installed tree on.")
  endif()
else()
  set_target_properties(sinkscope PROPERTIES INSTALL_RPATH "${torch_libraries}")
  install(TARGETS sinkscope DESTINATION bin)
endif()

install(DIRECTORY resources/runs resources/prompts resources/recipes DESTINATION share/sinkscope)
install(PROGRAMS packaging/fetch-model.sh packaging/fetch-corpus.sh DESTINATION share/sinkscope/packaging)
install(FILES packaging/common.sh DESTINATION share/sinkscope/packaging)
install(DIRECTORY packaging/corpus DESTINATION share/sinkscope/packaging USE_SOURCE_PERMISSIONS)
install(FILES LICENSE README.md packaging/THIRD_PARTY.md packaging/copyright DESTINATION share/doc/sinkscope)

# The manual page and the completions are what the installed program says of its command line.
install(CODE "set(sinkscope \"$<TARGET_FILE:sinkscope>\")\nset(folder \"${CMAKE_BINARY_DIR}/descriptions\")")
install(SCRIPT cmake/install_descriptions.cmake)

if(SINKSCOPE_GUI)
  install(FILES packaging/sinkscope.desktop DESTINATION share/applications)
  install(FILES packaging/org.sinkscope.Sinkscope.metainfo.xml DESTINATION share/metainfo)
  install(FILES packaging/sinkscope-mime.xml DESTINATION share/mime/packages RENAME sinkscope.xml)
  install(FILES resources/sinkscope.svg DESTINATION share/icons/hicolor/scalable/apps)
  # Drawn from the SVG by Qt, which is there anyway, so that the sizes cannot come to differ from it.
  set(icons "${CMAKE_BINARY_DIR}/icons")
  set(icon_sizes 16 22 24 32 48 64 128 256 512)
  list(TRANSFORM icon_sizes REPLACE "(.+)" "${icons}/\\1.png" OUTPUT_VARIABLE icon_files)
  file(MAKE_DIRECTORY "${icons}")
  add_executable(render_icons packaging/render_icons.cpp)
  target_link_libraries(render_icons PRIVATE Qt6::Svg)
  add_custom_command(OUTPUT ${icon_files}
    COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0
      $<TARGET_FILE:render_icons> ${CMAKE_SOURCE_DIR}/resources/sinkscope.svg "${icons}" ${icon_sizes}
    DEPENDS render_icons resources/sinkscope.svg)
  add_custom_target(icons DEPENDS ${icon_files})
  add_dependencies(sinkscope icons)  # whoever builds the program alone can install it
  foreach(size ${icon_sizes})
    install(FILES "${icons}/${size}.png" DESTINATION share/icons/hicolor/${size}x${size}/apps RENAME sinkscope.png)
  endforeach()
endif()
