#pragma once

#include "app/document.h"
#include "app/training_queue.h"

#include <QLockFile>
#include <QString>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

namespace sinkscope {

/// What a window is at: enough to go on where it was.
struct WindowState {
  Inputs inputs;
  int page = 0;  ///< of the rail
  int tab = 0;   ///< of that page, where it has some
  std::vector<QueuedTraining> trainings;
};

/// Keeps on the disk what a window is at, as long as the window is there: a file that is still there while nobody holds
/// its lock was left by a window that died. A folder serves any number of windows.
class Recovery {
 public:
  /// Throws nothing: where the folder cannot be written, nothing is kept.
  explicit Recovery(const std::filesystem::path& folder);

  struct Lost {
    WindowState state;
    bool again = false;  ///< it had been put in place after a crash already, and not been changed since
  };
  /// What the last window that died was at, once; what earlier ones left is forgotten.
  std::optional<Lost> takeLost();

  /// Writes the file as a whole. `again`: this is what was lost, put in place.
  void save(const WindowState& state, bool again = false);
  /// The window closes as it should: removes the file.
  void close();

 private:
  QString pathOf(const QString& id) const;

  QString folder_, id_;
  std::unique_ptr<QLockFile> lock_;
};

}  // namespace sinkscope
