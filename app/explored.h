#pragma once

#include "widgets/matrix.h"

#include <QMetaType>
#include <QRect>
#include <QSize>
#include <QString>
#include <QVector>
#include <memory>
#include <vector>

namespace sinkscope {

struct ExploreResult;
class HeadSource;
class Tokenizer;

/// A result as the window holds it: numbers to read at once, and the way to its attention maps. Free of tensors.
struct Explored {
  std::shared_ptr<const ExploreResult> result;
  std::shared_ptr<HeadSource> heads;  ///< used by the compute thread only
  std::vector<bool> hasAttention;     ///< [prompt]
  QString file;                       ///< the run file it was read from; empty for a live one
};
using ExploredPtr = std::shared_ptr<const Explored>;

/// What the window says of a loaded model.
struct ModelFacts {
  QString name;
  QString path;
  QString bosText;      ///< name of <bos>, empty when the vocabulary has none
  QString description;  ///< "30 layers, 9 heads, 135 M parameters, Q4_1"
  QString licence;
  std::shared_ptr<const Tokenizer> tokenizer;  ///< immutable; usable from any thread
};

/// One head of one prompt.
struct HeadAddress {
  ExploredPtr source;
  int prompt = 0;
  int layer = 0;
  int head = 0;
};

/// An image of a part of a head's map, pooled to at most `cells`. `view` tells views apart: each has its own latest.
struct ImageQuery {
  HeadAddress of;
  QRect region;  ///< x: keys, y: queries
  QSize cells;
  bool hideSink = false;
  int view = 0;
};
struct HeadImage {
  ImageQuery query;
  Matrix mean;
  float maximum = 0;
};
using HeadImagePtr = std::shared_ptr<const HeadImage>;

/// Small images of the heads of one layer.
struct ThumbnailQuery {
  ExploredPtr source;
  int prompt = 0;
  int layer = 0;
  int side = 32;
  bool hideSink = false;
};
struct LayerThumbnails {
  ThumbnailQuery query;
  std::vector<Matrix> heads;
};
using LayerThumbnailsPtr = std::shared_ptr<const LayerThumbnails>;

/// The weights of one query over all keys.
struct RowQuery {
  HeadAddress of;
  int query = 0;
  int view = 0;
};
struct HeadRow {
  RowQuery query;
  std::vector<float> weights;  ///< [key]
};
using HeadRowPtr = std::shared_ptr<const HeadRow>;

/// One weight.
struct EntryQuery {
  HeadAddress of;
  int query = 0;
  int key = 0;
  int view = 0;
};
struct HeadEntry {
  EntryQuery query;
  double weight = 0;
};

/// View state that is saved with a run.
struct ViewState {
  double epsilon = 0.3;
  bool includeQuery0 = true;
  int layer = 0;
  int head = 0;
  QString json = QStringLiteral("{}");
};

struct SaveQuery {
  ExploredPtr what;
  ViewState view;
  QString path;
  bool keepAttention = false;
};

}  // namespace sinkscope
