# cmake -P cmake/measures.cmake: makes docs/measures.md of the topics that the window's help shows, resources/help/*.md, in
# the order of their contents. With -DOUTPUT=FILE it goes to another file.
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
if(NOT OUTPUT)
  set(OUTPUT "${root}/docs/measures.md")
endif()
set(link "\\]\\(([a-z0-9-]+)\\.md\\)")

file(READ "${root}/resources/help/contents.md" document)
string(REGEX MATCHALL "[a-z0-9-]+\\.md" topics "${document}")
foreach(topic IN LISTS topics)
  string(REGEX REPLACE "\\.md$" "" name "${topic}")
  file(READ "${root}/resources/help/${topic}" text)
  string(REGEX REPLACE "(^|\n)(#+) " "\\1#\\2 " text "${text}")
  string(APPEND document "\n<a id=\"${name}\"></a>\n\n${text}")
endforeach()
string(REGEX REPLACE "${link}" "](#\\1)" document "${document}")
file(WRITE "${OUTPUT}" "<!-- Made by cmake/measures.cmake of resources/help: change those. -->\n\n${document}")
