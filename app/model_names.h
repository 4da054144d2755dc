#pragma once

#include <QString>

namespace sinkscope {

/// What a model is called in the window: a demo model's title, else as its program calls it ("org/name", "name:tag"),
/// else the file's or folder's name.
QString modelTitle(const QString& model);

}  // namespace sinkscope
