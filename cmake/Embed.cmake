# embed_content(target): compiles content/, collectors/, migrations/ and the built page web/dist/
# into the target as one read-only table (path → bytes), by the assembler's .incbin.
function(embed_content target)
  set(folders content collectors migrations web/dist)
  set(files "")
  foreach(folder IN LISTS folders)
    file(GLOB_RECURSE found CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}
         ${CMAKE_SOURCE_DIR}/${folder}/*)
    list(APPEND files ${found})
  endforeach()
  list(FILTER files EXCLUDE REGEX "README[^/]*\\.md$")
  list(SORT files)
  set(assembly "")
  set(table "")
  set(number 0)
  set(depends "")
  foreach(file IN LISTS files)
    # web/dist/x is served as web/x
    string(REGEX REPLACE "^web/dist/" "web/" name "${file}")
    string(APPEND assembly
      "embedded_${number}:\n  .incbin \"${CMAKE_SOURCE_DIR}/${file}\"\nembedded_${number}_end:\n  .byte 0\n")
    string(APPEND assembly_globals
      ".globl embedded_${number}\n.globl embedded_${number}_end\n")
    string(APPEND declarations
      "extern const char embedded_${number}[], embedded_${number}_end[];\n")
    string(APPEND table
      "    {\"${name}\", embedded_${number}, embedded_${number}_end},\n")
    list(APPEND depends ${CMAKE_SOURCE_DIR}/${file})
    math(EXPR number "${number} + 1")
  endforeach()
  set(out ${CMAKE_BINARY_DIR}/embedded)
  file(GENERATE OUTPUT ${out}/embedded.S CONTENT
    "${assembly_globals}.section .rodata\n${assembly}.section .note.GNU-stack,\"\",@progbits\n")
  file(GENERATE OUTPUT ${out}/embedded.cpp CONTENT
"#include \"base/embedded.h\"\nextern \"C\" {\n${declarations}}\nnamespace dengce {\nnamespace {\n\
const EmbeddedFile table[] = {\n${table}    {nullptr, nullptr, nullptr}};\n}\n\
std::span<const EmbeddedFile> embedded_files() { return {table, ${number}}; }\n}\n")
  target_sources(${target} PRIVATE ${out}/embedded.S ${out}/embedded.cpp)
  set_source_files_properties(${out}/embedded.S PROPERTIES OBJECT_DEPENDS "${depends}")
endfunction()
