#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>

namespace sinkscope {

/// Processes that train one model together, each on a share of every step's windows, or that share the prompts of an
/// analysis.
class ProcessGroup {
 public:
  virtual ~ProcessGroup() = default;
  virtual std::int64_t rank() const = 0;  ///< 0 writes files
  virtual std::int64_t size() const = 0;
  /// Adds up the tensor over all processes, in place: float32 or float64, contiguous, on any device. Throws `Error`.
  virtual void sum(at::Tensor& values) = 0;
  /// Waits for all processes.
  virtual void wait() = 0;
};

/// This process alone.
std::shared_ptr<ProcessGroup> singleProcess();

/// The processes that an MPI launcher (mpirun, srun) started together; this process alone where none did, or where the
/// program was built without MPI. Initialises MPI on the first call.
std::shared_ptr<ProcessGroup> launchedProcesses();

}  // namespace sinkscope
