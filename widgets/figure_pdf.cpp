#include <QBuffer>
#include <QDateTime>
#include <QHash>
#include <QPageSize>
#include <QPdfWriter>

#include "widgets/figure_formats.h"

namespace sinkscope {

namespace {

/** Adds `by` to the places in the file's table of objects that lie behind `place`, and to the table's own. */
void shiftObjects(QByteArray &pdf, qsizetype place, qsizetype by) {
  // "xref", "0 N", then N lines of 20 bytes that begin with ten digits; the first is none of an object.
  const qsizetype table = pdf.lastIndexOf("\nxref\n") + 1;
  const qsizetype counts = pdf.indexOf('\n', table) + 1, entries = pdf.indexOf('\n', counts) + 1;
  const int objects = pdf.mid(counts, entries - counts - 1).split(' ').last().toInt();
  for (int object = 1; object < objects; ++object) {
    const qsizetype entry = entries + 20 * object;
    const qlonglong at = pdf.mid(entry, 10).toLongLong();
    if (at > place) pdf.replace(entry, 10, QByteArray::number(at + by).rightJustified(10, '0'));
  }
  const qsizetype start = pdf.lastIndexOf("startxref\n") + 10;
  pdf.replace(start, QByteArray::number(table - by).size(), QByteArray::number(table));
}

/** Puts the numbers' own date, of no time zone, in the place of now: the same figure gives the same bytes anywhere. */
void setDate(QByteArray &pdf, const QString &created) {
  const qsizetype key = pdf.indexOf("/CreationDate (");
  if (key < 0) return;
  const qsizetype begin = pdf.indexOf('(', key) + 1, length = pdf.indexOf(')', begin) - begin;
  const QDateTime made = QDateTime::fromString(created, Qt::ISODate).toUTC();
  const QDateTime shown = made.isValid() ? made : QDateTime(QDate(2000, 1, 1), QTime(0, 0), Qt::UTC);
  const QByteArray date = shown.toString(QStringLiteral("'D:'yyyyMMddHHmmss'Z'")).toLatin1();
  pdf.replace(begin, length, date);
  if (date.size() != length) shiftObjects(pdf, begin, date.size() - length);
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
