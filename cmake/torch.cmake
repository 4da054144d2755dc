# Finds libtorch: first what CMAKE_PREFIX_PATH names (a user's own build), then the torch of the active Python, then
# that of the project's virtual environment.
find_package(Torch QUIET)
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
