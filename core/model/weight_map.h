#pragma once

#include "core/model/config.h"
#include "core/model/family.h"
#include "core/model/parameters.h"
#include "core/model/stored_as.h"
#include "core/model/tensor_file.h"
#include "core/model/weight_matrix.h"

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sinkscope {

/// A parameter's name in a folder that this program writes: as LLaMa's are called.
std::string safetensorsName(const std::string& parameter);

/// How the decoder's parameters stand in a weight file: names and storage conventions. Throws `Error` on construction
/// when a parameter is missing or of another shape, or when the file holds weights of layers that the decoder would
/// leave out. Reads from any thread.
class WeightMap {
 public:
  WeightMap(const TensorFile& file, const ModelConfig& config);

  const std::vector<ParameterSpec>& specs() const { return specs_; }

  /// The type that a parameter is stored in, and how many bytes it has there.
  const std::string& type(const ParameterSpec& spec) const;
  std::uint64_t bytes(const ParameterSpec& spec) const;

  /// The parameter's values as the decoder wants them, float32.
  at::Tensor read(const ParameterSpec& spec) const;
  /// The same for a matrix [out, in], in the type that it is stored in where its rows are read as they are.
  /// `buffer` holds its bytes where it has as many.
  WeightMatrix readMatrix(const ParameterSpec& spec, const at::Tensor& buffer = {}) const;
  /// The same, its rows left in the file; this must outlive it.
  WeightMatrix leaveMatrix(const ParameterSpec& spec) const;
  /// Throws `Error` for a type that this program can't read.
  void checkReadable() const;
  /// Bytes that what `readMatrix` gives takes in memory; of a vector, what `read` gives.
  std::uint64_t bytesHeld(const ParameterSpec& spec) const;
  /// Whether `readMatrix` keeps the stored type.
  bool keepsType(const ParameterSpec& spec) const;

 private:
  /// Where a parameter's rows lie.
  struct Place {
    const TensorInfo* info = nullptr;
    const TensorInfo* scales = nullptr;  // of blocks that are stored apart from their scales
    StoredAs as;
    StoredRows rows;
    std::int64_t columns = 1, expert = 0;
    bool isVector = false;

    bool isWhole() const {
      return as.piece == Piece::Whole && rows.pairedWidth == 0 && !as.transposed && !as.ofAllExperts;
    }
    const std::string& type() const;
  };

  Place locate(const ParameterSpec& spec) const;
  StoredAs stored(const std::string& part) const;
  std::string fullName(const std::string& parameter, const std::string& name) const;
  const TensorInfo* findTensor(const std::string& parameter, const std::string& name) const;
  void findWeights(const std::string& parameter, Place& place) const;
  void checkShape(const Place& place, const ParameterSpec& spec) const;
  void checkNothingLeftOut() const;
  const Place& place(const ParameterSpec& spec) const { return places_.at(spec.name); }
  at::Tensor readRows(const Place& place, std::int64_t first, std::int64_t end, const at::Tensor& buffer = {}) const;
  void readStoredRows(const TensorInfo& info, const Place& place, std::int64_t bytesOfRow, std::int64_t begin,
                      std::int64_t end, std::uint8_t* to) const;

  const TensorFile& file_;
  const ModelConfig& config_;
  const Family& family_;
  bool isGguf_;
  std::string prefix_;  // safetensors: what stands before the embedding's name and the layers'
  std::vector<ParameterSpec> specs_;
  std::map<std::string, Place> places_;
};

}  // namespace sinkscope
