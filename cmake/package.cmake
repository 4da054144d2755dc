# `cpack` in the build folder makes packages/*.deb, for Debian 12, and packages/*.tar.gz, which runs where it is unpacked,
# beside the Debian packages that the .deb names.
if(NOT SINKSCOPE_BRINGS_TORCH)
  message(STATUS "libtorch is a GPU build and stays where it is: cmake --install works here, cpack makes no packages.")
  return()
endif()

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME sinkscope)
set(CPACK_PACKAGE_VENDOR "The Sinkscope developers")
set(CPACK_PACKAGE_CONTACT "The Sinkscope developers <developers@sinkscope.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "viewer of attention sinks in language models")
set(CPACK_PACKAGE_DESCRIPTION
"Sinkscope runs language models and shows, for every layer and head, how much
of the attention rests on the first token: the attention sink. It follows what
a swapped token changes with the sink and without, measures how much tokens
influence each other and how alike they become, takes heads and sinks away,
and trains small models to watch sinks form.
.
It reads models of many families as GGUF and safetensors files. A small model
and sample runs are included.")
set(CPACK_PACKAGE_DIRECTORY "${CMAKE_BINARY_DIR}/packages")
set(CPACK_SYSTEM_NAME "linux-${CMAKE_SYSTEM_PROCESSOR}")
set(CPACK_RESOURCE_FILE_LICENSE "${CMAKE_SOURCE_DIR}/LICENSE")
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 0)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE zstd)  # seconds, where xz takes minutes for a tenth less
set(CPACK_DEBIAN_PACKAGE_SECTION science)
# The libraries beside the program are its own; dpkg-shlibdeps names the packages of all others.
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${torch_libraries}")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS python3-pip)  # what fetch-model.sh downloads with
set(CPACK_DEBIAN_PACKAGE_SUGGESTS openmpi-bin)
if(SINKSCOPE_GUI)
  # Qt loads how it opens windows by name, so that dpkg-shlibdeps cannot see it.
  set(CPACK_DEBIAN_PACKAGE_DEPENDS qt6-qpa-plugins)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", qt6-wayland")
endif()
include(CPack)
