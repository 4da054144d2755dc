#include "app/appearance.h"

#include "widgets/theme.h"
#include "widgets/words.h"

#include <QApplication>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusReply>
#include <QPainter>
#include <QPalette>
#include <QProxyStyle>
#include <QStyleOption>
#include <QWidget>

/// The icons lie in a static library, whose resources nobody else asks for. Outside of any namespace, as Qt wants it.
static void loadIcons() {
  Q_INIT_RESOURCE(resources);
}

namespace sinkscope {
namespace {

/// Fusion, but for two things: it draws the frame of a check box in a darker shade of the window, which cannot be seen
/// in the dark; and it does not know whether anything may move.
class OwnStyle : public QProxyStyle {
 public:
  explicit OwnStyle(bool animated) : QProxyStyle(QStringLiteral("Fusion")), animated_(animated) {}

  int styleHint(StyleHint hint, const QStyleOption* option, const QWidget* widget,
                QStyleHintReturn* returned) const override {
    if (hint == SH_Widget_Animation_Duration && !animated_) return 0;
    return QProxyStyle::styleHint(hint, option, widget, returned);
  }

  void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element != PE_IndicatorCheckBox || option->palette.color(QPalette::Window).lightnessF() > 0.5) return;
    painter->save();
    painter->setPen(option->palette.color(QPalette::PlaceholderText));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
  }

 private:
  bool animated_;
};

bool isDark(const QPalette& palette) {
  return palette.color(QPalette::Window).lightnessF() < 0.5;
}

const QString kPortal = QStringLiteral("org.freedesktop.portal.Desktop");
const QString kPortalPath = QStringLiteral("/org/freedesktop/portal/desktop");
const QString kPortalSettings = QStringLiteral("org.freedesktop.portal.Settings");
const QString kGroup = QStringLiteral("org.freedesktop.appearance"), kName = QStringLiteral("color-scheme");
constexpr int kPatienceMs = 250;  // the window waits for it

}  // namespace

Appearance::Appearance(QApplication& application)
    : application_(application),
      paletteIsDark_(isDark(QApplication::palette())),
      font_(withEmoji(QApplication::font())) {
  loadIcons();
}

void Appearance::followDesktop() {
  QDBusConnection bus = QDBusConnection::sessionBus();
  if (!bus.isConnected()) return;
  qRegisterMetaType<QDBusVariant>();  // else no signal with one can be connected
  bus.connect(kPortal, kPortalPath, kPortalSettings, QStringLiteral("SettingChanged"), this,
              SLOT(takeSetting(QString, QString, QDBusVariant)));
  QDBusMessage question = QDBusMessage::createMethodCall(kPortal, kPortalPath, kPortalSettings, QStringLiteral("Read"));
  question << kGroup << kName;
  const QDBusReply<QDBusVariant> answer = bus.call(question, QDBus::Block, kPatienceMs);
  if (answer.isValid()) takeScheme(answer.value().variant());
}

void Appearance::takeSetting(const QString& group, const QString& name, const QDBusVariant& value) {
  if (group == kGroup && name == kName) takeScheme(value.variant());
}

void Appearance::takeScheme(const QVariant& value) {
  // `Read` answers with a variant in a variant, the signal with one.
  const bool nested = value.metaType() == QMetaType::fromType<QDBusVariant>();
  const QVariant inner = nested ? value.value<QDBusVariant>().variant() : value;
  constexpr uint kDark = 1, kLight = 2;  // 0: no preference
  const uint scheme = inner.toUInt();
  portal_ = scheme == kDark ? std::optional(true) : scheme == kLight ? std::optional(false) : std::nullopt;
  emit desktopChanged();
}

void Appearance::takePalette() {
  QApplication::setPalette(QPalette());  // so that the platform's shows through
  paletteIsDark_ = isDark(QApplication::palette());
  emit desktopChanged();
}

bool isAnimated(const QWidget& widget) {
  return widget.style()->styleHint(QStyle::SH_Widget_Animation_Duration, nullptr, &widget) > 0;
}

void Appearance::apply(Scheme scheme, double zoom, bool animated) {
  applyAppStyle(application_, scheme == Scheme::Dark || (scheme == Scheme::Desktop && desktopIsDark()));
  QApplication::setStyle(new OwnStyle(animated));
  QFont font = font_;
  if (font.pointSizeF() > 0) {
    font.setPointSizeF(font.pointSizeF() * zoom);
  } else {
    font.setPixelSize(static_cast<int>(font.pixelSize() * zoom));
  }
  QApplication::setFont(font);
}

}  // namespace sinkscope
