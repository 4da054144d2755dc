# At installation: has `sinkscope` describe its command line in files of `folder`, and installs those.
function(install_description what destination name)
  file(MAKE_DIRECTORY "${folder}/${what}")
  execute_process(COMMAND "${sinkscope}" describe ${what} OUTPUT_FILE "${folder}/${what}/${name}" COMMAND_ERROR_IS_FATAL ANY)
  file(INSTALL "${folder}/${what}/${name}" DESTINATION "${CMAKE_INSTALL_PREFIX}/share/${destination}")
endfunction()

# Debian's zsh looks for what packages bring in a folder of its own.
set(zsh_folder site-functions)
if(CMAKE_INSTALL_PREFIX STREQUAL "/usr" AND EXISTS /etc/debian_version)
  set(zsh_folder vendor-completions)
endif()
install_description(man man/man1 sinkscope.1)
install_description(bash bash-completion/completions sinkscope)
install_description(zsh zsh/${zsh_folder} _sinkscope)
install_description(fish fish/vendor_completions.d sinkscope.fish)
