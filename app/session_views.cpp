#include "app/head_image.h"
#include "app/head_source.h"
#include "app/session_parts.h"
#include "core/analysis/explore.h"

#include <algorithm>

// The small questions of the views: a head's image, a row, an entry.
namespace sinkscope {
namespace {

HeadAttention headOf(const HeadAddress& address) {
  return address.source->heads->head(static_cast<std::size_t>(address.prompt), address.layer, address.head);
}

HeadImagePtr imageOf(const ImageQuery& query, const Job& job) {
  const HeadAttention head = headOf(query.of);
  const QRect region = query.region.intersected(QRect(0, 0, head.tokens(), head.tokens()));
  auto image =
      std::make_shared<HeadImage>(HeadImage{query, headImage(head, region, query.cells, query.hideSink, job), 0});
  image->query.region = region;
  for (const float value : image->mean.values) image->maximum = std::max(image->maximum, value);
  return image;
}

LayerThumbnailsPtr thumbnailsOf(const ThumbnailQuery& query, const Job& job) {
  auto images = std::make_shared<LayerThumbnails>(LayerThumbnails{query, {}});
  const int heads = static_cast<int>(query.source->result->model.config.heads);
  for (int head = 0; head < heads; ++head) {
    job.check();
    const HeadAttention attention = headOf({query.source, query.prompt, query.layer, head});
    const int tokens = static_cast<int>(attention.tokens());
    images->heads.push_back(
        headImage(attention, QRect(0, 0, tokens, tokens), QSize(query.side, query.side), query.hideSink));
  }
  return images;
}

}  // namespace

Session::Id Session::image(const ImageQuery& query) {
  return post(kImage + query.view, [this, query](Id id, const Job& job) {
    deliver(id, [this, id, image = imageOf(query, job)] { emit imageReady(id, image); });
  });
}

Session::Id Session::thumbnails(const ThumbnailQuery& query) {
  return post(kThumbnails, [this, query](Id id, const Job& job) {
    deliver(id, [this, id, images = thumbnailsOf(query, job)] { emit thumbnailsReady(id, images); });
  });
}

Session::Id Session::row(const RowQuery& query) {
  return post(kRow + query.view, [this, query](Id id, const Job&) {
    auto answer = std::make_shared<HeadRow>(HeadRow{query, sinkscope::row(headOf(query.of), query.query)});
    deliver(id, [this, id, answer = HeadRowPtr(answer)] { emit rowReady(id, answer); });
  });
}

Session::Id Session::entry(const EntryQuery& query) {
  return post(kEntry + query.view, [this, query](Id id, const Job&) {
    const HeadEntry answer{query, sinkscope::entry(headOf(query.of), query.query, query.key)};
    deliver(id, [this, id, answer] { emit entryReady(id, answer); });
  });
}

}  // namespace sinkscope
