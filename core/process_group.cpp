#include "core/process_group.h"

#ifdef SINKSCOPE_MPI
#include "core/error.h"

#include <mpi.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#endif

namespace sinkscope {
namespace {

class Alone : public ProcessGroup {
 public:
  std::int64_t rank() const override { return 0; }
  std::int64_t size() const override { return 1; }
  void sum(at::Tensor&) override {}
  void wait() override {}
};

#ifdef SINKSCOPE_MPI

/// All processes of MPI_COMM_WORLD. Tensors of a GPU go through the main memory: any MPI can add those up.
class MpiProcesses : public ProcessGroup {
 public:
  MpiProcesses() {
    int provided = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided));
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_));
  }
  ~MpiProcesses() override { MPI_Finalize(); }

  std::int64_t rank() const override { return rank_; }
  std::int64_t size() const override { return size_; }

  void sum(at::Tensor& values) override {
    if (size_ == 1) return;
    const at::Tensor host = values.is_cpu() ? values : values.cpu();
    const MPI_Datatype type = host.scalar_type() == at::kDouble ? MPI_DOUBLE : MPI_FLOAT;
    // In buckets: a count is an int, and a launcher's network likes some MB at a time.
    constexpr std::int64_t kBucket = std::int64_t{1} << 23;
    auto* bytes = static_cast<char*>(host.mutable_data_ptr());
    for (std::int64_t at = 0; at < host.numel(); at += kBucket)
      check(MPI_Allreduce(MPI_IN_PLACE, bytes + at * host.element_size(),
                          static_cast<int>(std::min(kBucket, host.numel() - at)), type, MPI_SUM, MPI_COMM_WORLD));
    if (!values.is_cpu()) values.copy_(host);
  }
  void wait() override { check(MPI_Barrier(MPI_COMM_WORLD)); }

 private:
  static void check(int code) {
    if (code == MPI_SUCCESS) return;
    char text[MPI_MAX_ERROR_STRING];
    int length = 0;
    MPI_Error_string(code, text, &length);
    throw Error("The processes that work together lost each other: " +
                std::string(text, static_cast<std::size_t>(length)) + ".");
  }

  int rank_ = 0, size_ = 1;
};

bool launchedByMpi() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_RANK", "PMIX_RANK", "MPI_LOCALRANKID"})
    if (std::getenv(name)) return true;
  return false;
}

#endif

}  // namespace

std::shared_ptr<ProcessGroup> singleProcess() {
  return std::make_shared<Alone>();
}

std::shared_ptr<ProcessGroup> launchedProcesses() {
#ifdef SINKSCOPE_MPI
  if (launchedByMpi()) {
    static const std::shared_ptr<ProcessGroup> processes = std::make_shared<MpiProcesses>();
    return processes;
  }
#endif
  return singleProcess();
}

}  // namespace sinkscope
