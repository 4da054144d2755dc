#include "core/runs/document_file.h"

#include "core/new_file.h"

namespace sinkscope {

void writeDocument(const std::filesystem::path& path, std::string_view text) {
  NewFile file(path);
  file.write(0, text.data(), text.size());
  file.commit();
}

}  // namespace sinkscope
