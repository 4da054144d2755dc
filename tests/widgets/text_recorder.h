#pragma once

#include <QPaintDevice>
#include <QPaintEngine>
#include <QPolygonF>
#include <QString>
#include <algorithm>
#include <vector>

namespace sinkscope {

/** A text that was drawn, and where: a box about its letters, in the units of the page. */
struct DrawnText {
  QString text;
  QPolygonF box;
};

/** A paint device of 72 dots an inch that draws nothing and remembers every text. */
class TextRecorder : public QPaintDevice {
 public:
  TextRecorder() : engine_(*this) {}
  std::vector<DrawnText> texts;
  QPaintEngine *paintEngine() const override { return &engine_; }

 protected:
  int metric(PaintDeviceMetric metric) const override {
    switch (metric) {
      case PdmWidth:
      case PdmHeight:
        return 2000;
      case PdmDpiX:
      case PdmDpiY:
      case PdmPhysicalDpiX:
      case PdmPhysicalDpiY:
        return 72;
      case PdmDevicePixelRatio:
        return 1;
      case PdmDevicePixelRatioScaled:
        return static_cast<int>(QPaintDevice::devicePixelRatioFScale());
      default:
        return 0;
    }
  }

 private:
  class Engine : public QPaintEngine {
   public:
    explicit Engine(TextRecorder &owner) : QPaintEngine(AllFeatures), owner_(owner) {}
    bool begin(QPaintDevice *) override { return true; }
    bool end() override { return true; }
    void updateState(const QPaintEngineState &state) override { transform_ = state.transform(); }
    void drawPixmap(const QRectF &, const QPixmap &, const QRectF &) override {}
    void drawImage(const QRectF &, const QImage &, const QRectF &, Qt::ImageConversionFlags) override {}
    void drawPath(const QPainterPath &) override {}
    void drawPolygon(const QPointF *, int, PolygonDrawMode) override {}
    Type type() const override { return User; }
    void drawTextItem(const QPointF &at, const QTextItem &item) override {
      // From the top of the capitals to the middle of the descenders, without the letters' side bearings: what a reader
      // would see touch. The runs of one line, which follow each other, do not.
      const double bearing = std::min(0.4, item.width() / 4);
      const QRectF box(at.x() + bearing, at.y() - 0.72 * item.ascent(), item.width() - 2 * bearing,
                       0.72 * item.ascent() + 0.5 * item.descent());
      if (!item.text().trimmed().isEmpty()) owner_.texts.push_back({item.text(), transform_.map(QPolygonF(box))});
    }

   private:
    TextRecorder &owner_;
    QTransform transform_;
  };
  mutable Engine engine_;
};

}  // namespace sinkscope
