#pragma once

#include "core/job.h"
#include "core/runs/run_card.h"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace sinkscope {

struct RunNode;
struct RunPreview;
struct RunPreviewQuery;

/// Reads run files that may be anybody's in a process of its own, which has a limit of memory and of time for each: a
/// file made to break HDF5 ends that process, and is refused with a sentence. The process is this program's executable
/// with the subcommand `kCommand`; it is started when it is first needed and reads one file after another.
class CardReader {
 public:
  static constexpr const char* kCommand = "read-runs";

  enum class Depth {
    Card,  ///< what `readRunCard` reads
    Whole  ///< all that opening the run reads, too
  };

  /// `patience`: for one file; a disk may be slow.
  explicit CardReader(std::filesystem::path executable, std::chrono::milliseconds patience = std::chrono::minutes(1));
  CardReader(const CardReader&) = delete;
  CardReader& operator=(const CardReader&) = delete;
  ~CardReader();

  /// Either of the two is there.
  struct Answer {
    std::optional<RunCard> card;
    std::string problem;  ///< why it cannot be read
  };
  /// Throws `Error` where the process cannot be started at all, `Stopped` at a stop.
  Answer read(const std::filesystem::path& path, Depth depth, const Job& job = {});

  /// `readRunTree` and `previewRun` there; they throw `Error` also for what `read` answers with a problem.
  std::vector<RunNode> tree(const std::filesystem::path& path, const Job& job = {});
  RunPreview preview(const std::filesystem::path& path, const RunPreviewQuery& query, const Job& job = {});

  /// The reading process: answers on `socket` until its other end is closed.
  static void serve(int socket);

 private:
  void start();
  /// What the process says to a request about a file: one line, or nothing and the sentence why there is none.
  std::optional<std::string> answerTo(const std::string& request, const std::string& name, std::string& problem,
                                      const Job& job);
  /// `made(answer)` of what the process says under that name, else nothing and its problem.
  template <typename Value, typename Made>
  std::optional<Value> told(const std::string& request, const std::string& name, const char* under, const Made& made,
                            std::string& problem, const Job& job);
  /// Ends it; the signal that ended it, 0 for none.
  int end();

  std::filesystem::path executable_;
  std::chrono::milliseconds patience_;
  pid_t process_ = -1;
  int socket_ = -1;
};

/// The executable of this process.
std::filesystem::path ownExecutable();

/// Throws `Error` saying why a run file cannot be opened: what this process may then read itself, another one has read
/// without harm.
void checkRunInChild(const std::filesystem::path& executable, const std::filesystem::path& path, const Job& job);

}  // namespace sinkscope
