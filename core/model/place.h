#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sinkscope {

/// Where in the forward pass a tensor stands. The order is the order of the pass.
enum class Site {
  Embedding,         ///< [batch, token, width]: what enters layer 0
  Router,            ///< [batch, token]: score of a token where a layer works on some only; above 0 it works on it
  AttentionNorm,     ///< [batch, token, width]: normalised input of attention
  Query,             ///< [batch, head, token, head width]: after QK norm and RoPE, with `extraWidth` behind
  Key,               ///< [batch, key head, token, head width]: after QK norm and RoPE, with `extraWidth` behind
  Value,             ///< [batch, key head, token, head width]
  LogSumExp,         ///< [batch, head, token]: natural log of the sum of exponentials of an attention row
  HeadOutput,        ///< [batch, head, token, head width]: what a head gathered, before W_O
  AttentionWrite,    ///< [batch, token, width]: what attention adds to the residual stream
  ResidualMiddle,    ///< [batch, token, width]: residual stream between attention and feed-forward
  FeedForwardNorm,   ///< [batch, token, width]
  FeedForwardWrite,  ///< [batch, token, width]: what the feed-forward part adds to the residual stream
  Residual,          ///< [batch, token, width]: residual stream after a layer
  FinalNorm,         ///< [batch, token, width]: after the last normalisation
  Logits,            ///< [batch, token, vocabulary]
};

/// One name type for a place in the forward pass: used for recording, intervening, run files, axis labels and the
/// command line alike. Printed as `layer3.query`, `layer3.query.head2`, `embedding`, `logits`.
struct Place {
  Site site = Site::Residual;
  int layer = -1;  ///< -1 where the site does not belong to a layer
  int head = -1;   ///< -1 for all heads

  bool operator==(const Place&) const = default;
};

std::string toString(const Place& place);

/// The place with this name, or nothing when it is not the name of a place.
std::optional<Place> parsePlace(std::string_view name);

}  // namespace sinkscope
