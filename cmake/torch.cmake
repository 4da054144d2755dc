# Finds libtorch: first SINKSCOPE_TORCH, then what CMAKE_PREFIX_PATH names, then the torch of the active Python, then that
# of the project's virtual environment.
set(SINKSCOPE_TORCH "$ENV{SINKSCOPE_TORCH}" CACHE PATH "A libtorch to take, such as a CUDA build: its folder, which has share/cmake/Torch")

if(SINKSCOPE_TORCH)
  if(NOT EXISTS "${SINKSCOPE_TORCH}/share/cmake/Torch/TorchConfig.cmake")
    message(FATAL_ERROR "SINKSCOPE_TORCH is ${SINKSCOPE_TORCH}: expected the folder of a libtorch or of Python's package "
                        "torch, with share/cmake/Torch/TorchConfig.cmake in it.")
  endif()
  # What an earlier configuration found must not stand in its way.
  if(NOT "${Torch_DIR}" STREQUAL "${SINKSCOPE_TORCH}/share/cmake/Torch")
    foreach(found Torch_DIR Caffe2_DIR TORCH_LIBRARY c10_LIBRARY)
      unset(${found} CACHE)
    endforeach()
  endif()
  find_package(Torch REQUIRED PATHS "${SINKSCOPE_TORCH}" PATH_SUFFIXES share/cmake/Torch NO_DEFAULT_PATH)
else()
  find_package(Torch QUIET)
endif()
if(NOT Torch_FOUND)
  foreach(python "$ENV{VIRTUAL_ENV}/bin/python" python3 "${CMAKE_SOURCE_DIR}/.venv/bin/python")
    execute_process(COMMAND "${python}" -c "import torch.utils; print(torch.utils.cmake_prefix_path)"
                    OUTPUT_VARIABLE torch_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(torch_prefix)
      list(APPEND CMAKE_PREFIX_PATH "${torch_prefix}")
      break()
    endif()
  endforeach()
  find_package(Torch REQUIRED)
endif()
