#include "core/catalogue/card_reader.h"

#include "core/catalogue/card_json.h"
#include "core/catalogue/contents_json.h"
#include "core/error.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <fstream>
#include <new>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace sinkscope {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr rlim_t kMemory = rlim_t{2} << 30;  ///< bytes beyond what the program takes by itself
constexpr rlim_t kSeconds = 20;              ///< of CPU time for one file
constexpr int kPause = 50;                   ///< milliseconds between two looks at a stop
constexpr std::size_t kMostAnswer = 32 << 20;

void limit(decltype(RLIMIT_AS) what, rlim_t value) {
  struct rlimit limits {};
  if (::getrlimit(what, &limits) != 0) return;
  limits.rlim_cur = std::min(value, limits.rlim_max);
  ::setrlimit(what, &limits);
}

rlim_t ownMemory() {
  std::ifstream file("/proc/self/statm");
  rlim_t pages = 0;
  return file >> pages ? pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

/// So that each file has the same time, however many came before.
void limitTime() {
  struct rusage used {};
  ::getrusage(RUSAGE_SELF, &used);
  limit(RLIMIT_CPU, static_cast<rlim_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + kSeconds);
}

/// A request is a letter and a path; of a preview the query as JSON stands before the path, in a line of its own.
std::string answerTo(const std::string& request) {
  json answer;
  const char what = request.front();
  const std::size_t at = what == 'p' ? request.find('\n') + 1 : 1;
  const std::string path = request.substr(at);
  try {
    if (what == 't') {
      answer["tree"] = toJson(readRunTree(path));
    } else if (what == 'p') {
      answer["preview"] = toJson(previewRun(path, queryFromJson(json::parse(request.substr(1, at - 2)))));
    } else {
      if (what == 'w') checkWholeRun(path);
      answer["card"] = toJson(readRunCard(path));
    }
  } catch (const std::bad_alloc&) {
    answer["problem"] = path + ": takes more than " + std::to_string(kMemory >> 30) + " GiB of memory to read.";
  } catch (const std::exception& error) {
    answer["problem"] = firstLine(error);
  }
  return answer.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
}

bool writeAll(int socket, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t put = ::send(socket, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += static_cast<std::size_t>(put);
  }
  return true;
}

std::string sentenceOf(int signal, const std::string& path) {
  if (signal == SIGXCPU || signal == SIGKILL) return path + ": takes more time or memory to read than a run may.";
  return path + ": is damaged or made to do harm: the process that read it broke down.";
}

}  // namespace

CardReader::CardReader(std::filesystem::path executable, std::chrono::milliseconds patience)
    : executable_(std::move(executable)), patience_(patience) {}

CardReader::~CardReader() {
  end();
}

void CardReader::start() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw Error(std::string("no process that reads runs can be started: ") + std::strerror(errno) + ".");
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  std::string name = executable_.string(), command = kCommand;
  char* arguments[] = {name.data(), command.data(), nullptr};
  const int error = ::posix_spawn(&process_, name.c_str(), &actions, nullptr, arguments, environ);
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  socket_ = ends[0];
  if (error == 0) return;
  process_ = -1;
  end();
  throw Error(name + ": no process that reads runs can be started: " + std::strerror(error) + ".");
}

int CardReader::end() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
  if (process_ < 0) return 0;
  ::kill(process_, SIGKILL);  // does nothing to one that broke down: how it ended is kept
  int status = 0;
  while (::waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = -1;
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

std::optional<std::string> CardReader::answerTo(const std::string& request, const std::string& name,
                                                std::string& problem, const Job& job) {
  if (process_ < 0) start();
  const std::string whole = request + '\0';
  if (!writeAll(socket_, whole)) {  // it was ended between two files: nobody's fault here
    end();
    start();
    if (!writeAll(socket_, whole)) throw Error(executable_.string() + ": does not read runs.");
  }
  std::string answer;
  const auto last = Clock::now() + patience_;
  while (!answer.ends_with('\n')) {
    if (job.stopRequested()) {
      end();
      throw Stopped();
    }
    if (Clock::now() > last || answer.size() > kMostAnswer) {
      end();
      problem = sentenceOf(SIGKILL, name);
      return std::nullopt;
    }
    struct pollfd ready {
      socket_, POLLIN, 0
    };
    if (::poll(&ready, 1, kPause) <= 0) continue;
    char block[65536];
    const ssize_t got = ::recv(socket_, block, sizeof block, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      problem = sentenceOf(end(), name);
      return std::nullopt;
    }
    answer.append(block, static_cast<std::size_t>(got));
  }
  return answer;
}

template <typename Value, typename Made>
std::optional<Value> CardReader::told(const std::string& request, const std::string& name, const char* under,
                                      const Made& made, std::string& problem, const Job& job) {
  const std::optional<std::string> answer = answerTo(request, name, problem, job);
  if (!answer) return std::nullopt;
  try {
    const json read = json::parse(*answer);
    if (read.contains(under)) return made(read[under]);
    problem = read.at("problem").get<std::string>();
  } catch (const std::exception&) {  // whoever rules that process may say what it likes
    end();
    problem = sentenceOf(0, name);
  }
  return std::nullopt;
}

CardReader::Answer CardReader::read(const std::filesystem::path& path, Depth depth, const Job& job) {
  const std::string name = path.string();
  std::string request(depth == Depth::Whole ? "w" : "c");
  request += name;
  Answer answer;
  answer.card = told<RunCard>(request, name, "card", cardFromJson, answer.problem, job);
  return answer;
}

std::vector<RunNode> CardReader::tree(const std::filesystem::path& path, const Job& job) {
  std::string problem, request("t");
  request += path.string();
  auto tree = told<std::vector<RunNode>>(request, path.string(), "tree", treeFromJson, problem, job);
  if (!tree) throw Error(problem);
  return *std::move(tree);
}

RunPreview CardReader::preview(const std::filesystem::path& path, const RunPreviewQuery& query, const Job& job) {
  std::string problem, request("p");
  request.append(toJson(query).dump(-1, ' ', true, json::error_handler_t::replace)).append("\n").append(path.string());
  auto preview = told<RunPreview>(request, path.string(), "preview", previewFromJson, problem, job);
  if (!preview) throw Error(problem);
  return *std::move(preview);
}

void CardReader::serve(int socket) {
  limit(RLIMIT_AS, ownMemory() + kMemory);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_CORE, 0);
  std::string waiting;
  char block[65536];
  while (true) {
    const std::size_t stop = waiting.find('\0');
    if (stop == std::string::npos) {
      const ssize_t got = ::read(socket, block, sizeof block);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return;
      waiting.append(block, static_cast<std::size_t>(got));
      continue;
    }
    limitTime();
    if (!writeAll(socket, sinkscope::answerTo(waiting.substr(0, stop)))) return;
    waiting.erase(0, stop + 1);
  }
}

std::filesystem::path ownExecutable() {
  return std::filesystem::read_symlink("/proc/self/exe");
}

void checkRunInChild(const std::filesystem::path& executable, const std::filesystem::path& path, const Job& job) {
  CardReader reader(executable);
  const CardReader::Answer answer = reader.read(path, CardReader::Depth::Whole, job);
  if (!answer.card) throw Error(answer.problem);
}

}  // namespace sinkscope
