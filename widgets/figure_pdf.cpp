#include <QBuffer>
#include <QDateTime>
#include <QHash>
#include <QPageSize>
#include <QPdfWriter>

#include "widgets/figure_formats.h"

namespace sinkscope {

namespace {

/** Puts the numbers' own date in the place of now, so that the same figure gives the same bytes. */
void setDate(QByteArray &pdf, const QString &created) {
  const qsizetype key = pdf.indexOf("/CreationDate (D:");
  if (key < 0) return;
  const qsizetype begin = key + static_cast<qsizetype>(qstrlen("/CreationDate (D:"));
  const QDateTime made = QDateTime::fromString(created, Qt::ISODate).toUTC();
  const QByteArray date =
      made.isValid() ? made.toString(QStringLiteral("yyyyMMddHHmmss")).toLatin1() : QByteArray("20000101000000");
  pdf.replace(begin, date.size(), date);
}

/** While it lives, hash tables have one order in every process: Qt writes a file's fonts in that of such a table. */
struct OneOrder {
  OneOrder() { QHashSeed::setDeterministicGlobalSeed(); }
  ~OneOrder() { QHashSeed::resetRandomGlobalSeed(); }
};

}  // namespace

QByteArray pdfOf(const FigureDrawing &drawing, const FigureStyle &style) {
  const FigureMetadata metadata = metadataOf(drawing, style);
  const OneOrder order;
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  QPdfWriter writer(&buffer);
  const QSizeF size = figureSize(drawing, style);
  writer.setPageSize(QPageSize(size, QPageSize::Point, QString(), QPageSize::ExactMatch));
  writer.setPageMargins(QMarginsF(0, 0, 0, 0));
  writer.setTitle(metadata.title);
  writer.setCreator(QStringLiteral("Sinkscope"));
  // Readers' properties: Qt's own fields hold a title, but neither a description nor where the numbers come from.
  writer.setDocumentXmpMetadata(QStringLiteral("<?xpacket begin='\uFEFF' id='W5M0MpCehiHzreSzNTczkc9d'?>\n"
                                               "<x:xmpmeta xmlns:x='adobe:ns:meta/'>%1</x:xmpmeta>\n"
                                               "<?xpacket end='w'?>\n")
                                    .arg(rdfOf(metadata))
                                    .toUtf8());
  QPainter painter(&writer);
  painter.setRenderHint(QPainter::LosslessImageRendering);  // JPEG would bleed one cell into the next
  painter.scale(writer.width() / size.width(), writer.height() / size.height());
  drawing.draw(painter, style, size);
  painter.end();
  setDate(bytes, metadata.fact(QStringLiteral("Created")));
  return bytes;
}

}  // namespace sinkscope
