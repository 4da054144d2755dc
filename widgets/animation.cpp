#include "widgets/animation.h"

#include <gif_lib.h>

#include <QHash>
#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

#include "widgets/whole_file.h"

namespace sinkscope {

namespace {

constexpr int kColours = 256;
constexpr int kFlatColours = 128;      // of them: as many tokens have grounds of their own
constexpr QRgb kRegion = 0x00E0E0E0u;  // the bits that tell regions of the colour cube apart
constexpr int kBits = 8;
constexpr double kDpi = 144;

/**
 * The colours that stand for all of an image: its most frequent ones, which are its flat grounds, and of the others one
 * of each region of the colour cube, which are the edges of its letters.
 */
QList<QRgb> paletteOf(const QImage &image) {
  QHash<QRgb, int> count;
  for (int y = 0; y < image.height(); ++y) {
    const auto *line = reinterpret_cast<const QRgb *>(image.constScanLine(y));
    for (int x = 0; x < image.width(); ++x) ++count[line[x]];
  }
  std::vector<std::pair<int, QRgb>> byCount;
  for (auto colour = count.cbegin(); colour != count.cend(); ++colour) byCount.emplace_back(*colour, colour.key());
  // Colours that are as frequent in an order of their own: the same image gives the same file.
  std::sort(byCount.begin(), byCount.end(), std::greater());
  QList<QRgb> palette;
  std::map<QRgb, std::pair<int, QRgb>> regions;  // pixels of each and its most frequent colour
  for (const auto &[pixels, colour] : byCount) {
    if (palette.size() < kFlatColours || byCount.size() <= kColours) {
      palette << colour;
    } else {
      regions.try_emplace(colour & kRegion, 0, colour).first->second.first += pixels;
    }
  }
  byCount.clear();
  for (const auto &[bits, region] : regions) byCount.push_back(region);
  std::sort(byCount.begin(), byCount.end(), std::greater());
  for (const auto &[pixels, colour] : byCount) {
    if (palette.size() < kColours) palette << colour;
  }
  return palette;
}

/** Writes the stream of a GIF; what goes wrong is told by giflib's error code. */
class GifWriter {
 public:
  GifWriter(QByteArray &bytes, const QSize &size) : size_(size) {
    int error = 0;
    gif_ = EGifOpen(&bytes, append, &error);
    if (!gif_) throw std::runtime_error(GifErrorString(error));
    EGifSetGifVersion(gif_, true);
    check(EGifPutScreenDesc(gif_, size.width(), size.height(), kBits, 0, nullptr));
    // What readers have agreed on for "again and again": Netscape's extension with a count of 0.
    constexpr std::array<GifByteType, 3> kForEver{1, 0, 0};
    check(EGifPutExtensionLeader(gif_, APPLICATION_EXT_FUNC_CODE));
    check(EGifPutExtensionBlock(gif_, 11, "NETSCAPE2.0"));
    check(EGifPutExtensionBlock(gif_, kForEver.size(), kForEver.data()));
    check(EGifPutExtensionTrailer(gif_));
  }
  ~GifWriter() {
    if (gif_) EGifCloseFile(gif_, nullptr);
  }
  GifWriter(const GifWriter &) = delete;
  GifWriter &operator=(const GifWriter &) = delete;

  void add(const QImage &frame, int milliseconds) {
    const QList<QRgb> palette = paletteOf(frame);
    const std::unique_ptr<ColorMapObject, void (*)(ColorMapObject *)> colours(GifMakeMapObject(kColours, nullptr),
                                                                              GifFreeMapObject);
    if (!colours) throw std::bad_alloc();
    std::fill_n(colours->Colors, kColours, GifColorType{0, 0, 0});
    std::transform(palette.begin(), palette.end(), colours->Colors, [](QRgb colour) {
      const auto byte = [](int channel) { return static_cast<GifByteType>(channel); };
      return GifColorType{byte(qRed(colour)), byte(qGreen(colour)), byte(qBlue(colour))};
    });
    GraphicsControlBlock control{};
    control.DisposalMode = DISPOSE_DO_NOT;
    control.DelayTime = milliseconds / 10;
    control.TransparentColor = NO_TRANSPARENT_COLOR;
    std::array<GifByteType, 4> extension{};
    EGifGCBToExtension(&control, extension.data());
    check(EGifPutExtension(gif_, GRAPHICS_EXT_FUNC_CODE, extension.size(), extension.data()));
    check(EGifPutImageDesc(gif_, 0, 0, size_.width(), size_.height(), false, colours.get()));
    QImage indexed = frame.convertToFormat(QImage::Format_Indexed8, palette, Qt::ThresholdDither | Qt::AvoidDither);
    for (int y = 0; y < size_.height(); ++y) check(EGifPutLine(gif_, indexed.scanLine(y), size_.width()));
  }

  void close() {
    int error = 0;
    if (EGifCloseFile(std::exchange(gif_, nullptr), &error) == GIF_ERROR)
      throw std::runtime_error(GifErrorString(error));
  }

 private:
  static int append(GifFileType *gif, const GifByteType *data, int length) {
    static_cast<QByteArray *>(gif->UserData)->append(reinterpret_cast<const char *>(data), length);
    return length;
  }
  void check(int result) const {
    if (result == GIF_ERROR) throw std::runtime_error(GifErrorString(gif_->Error));
  }

  GifFileType *gif_ = nullptr;
  QSize size_;
};

}  // namespace

void writeGif(const QString &path, const std::vector<QImage> &frames) {
  QByteArray bytes;
  try {
    GifWriter writer(bytes, frames.front().size());
    for (const QImage &frame : frames) {
      writer.add(frame.convertToFormat(QImage::Format_RGB32), &frame == &frames.back() ? kLastFrameMs : kFrameMs);
    }
    writer.close();
  } catch (const std::runtime_error &error) {
    throw std::runtime_error(path.toStdString() + ": the animation cannot be made: " + error.what());
  }
  writeWholeFile(path, bytes, QStringLiteral("the animation"));
}

void exportAnimation(const std::vector<FigureDrawing> &frames, const FigureStyle &style, const QString &path) {
  std::vector<QImage> images;
  for (const FigureDrawing &frame : frames) images.push_back(renderFigure(frame, style, kDpi));
  writeGif(path, images);
}

}  // namespace sinkscope
