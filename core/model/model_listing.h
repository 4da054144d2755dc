#pragma once

#include "core/model/model_folders.h"

#include <cstdint>
#include <string>

namespace sinkscope {

/// Whether a model can be worked with on this machine.
enum class ModelState {
  Fits,          ///< as float32
  FitsAsStored,  ///< in the types of its file
  Streams,       ///< its weights need more memory than there is: layers are read in each pass
  NotSupported,  ///< its family is not known to this program
  Incomplete,    ///< files of it are missing
  Unreadable,    ///< `ModelListing::problem` says why
};

/// A found model with what its headers say. Numbers that are not known are 0, texts empty.
struct ModelListing {
  FoundModel found;
  std::string family;      ///< as this program calls it, else as the files do
  std::string weightType;  ///< stored type of most of the weights' bytes: "Q4_K"
  std::int64_t contextLength = 0;
  std::int64_t parameters = 0;  ///< that this program would load; of a family that is not supported: all
  std::int64_t memory = 0;      ///< bytes of its weights: as they are held here, or of all that are streamed
  ModelState state = ModelState::Unreadable;
  std::string problem;  ///< one sentence; empty where it fits or streams

  bool opens() const { return state <= ModelState::Streams; }
};

/// Reads a model's headers, no weights. Never throws for what is wrong with the model: that is its `problem`.
/// `budget`: bytes that weights may take; 0: any number.
ModelListing listModel(const FoundModel& found, std::uint64_t budget);

/// "fits", "fits as stored", "streams", "not supported: falcon", "incomplete", "cannot be read".
std::string stateText(const ModelListing& listing);

/// "35.6 k", "268 M", "8.03 B"
std::string parametersText(std::int64_t parameters);

}  // namespace sinkscope
