#include "widgets/svg_fonts.h"

#include <hb-subset.h>

#include <QFont>
#include <QGlyphRun>
#include <QRawFont>
#include <QSet>
#include <QTextLayout>
#include <QXmlStreamReader>
#include <map>
#include <memory>

namespace sinkscope {

namespace {

/** A font as an SVG text names it. */
struct Face {
  QString family;
  int weight = QFont::Normal;
  bool operator<(const Face &other) const { return std::tie(family, weight) < std::tie(other.family, other.weight); }
};

/** A font that is there, and the letters that it is needed for. */
struct Needed {
  QRawFont font;
  QSet<uint> letters;
};

hb_blob_t *tableOf(hb_face_t *, hb_tag_t tag, void *font) {
  const char name[] = {static_cast<char>(tag >> 24), static_cast<char>(tag >> 16), static_cast<char>(tag >> 8),
                       static_cast<char>(tag), 0};
  const QByteArray table = static_cast<const QRawFont *>(font)->fontTable(name);
  if (table.isEmpty()) return hb_blob_get_empty();
  return hb_blob_create(table.constData(), static_cast<unsigned>(table.size()), HB_MEMORY_MODE_DUPLICATE, nullptr,
                        nullptr);
}

/** The font with these letters alone, as the bytes of a file; empty where it cannot be made. */
QByteArray subset(const Needed &needed) {
  QRawFont font = needed.font;
  const std::unique_ptr<hb_face_t, decltype(&hb_face_destroy)> face(hb_face_create_for_tables(tableOf, &font, nullptr),
                                                                    hb_face_destroy);
  const std::unique_ptr<hb_subset_input_t, decltype(&hb_subset_input_destroy)> input(hb_subset_input_create_or_fail(),
                                                                                     hb_subset_input_destroy);
  if (!input) return {};
  for (const uint letter : needed.letters) hb_set_add(hb_subset_input_unicode_set(input.get()), letter);
  hb_subset_input_set_flags(input.get(), HB_SUBSET_FLAGS_NO_HINTING);
  const std::unique_ptr<hb_face_t, decltype(&hb_face_destroy)> part(hb_subset_or_fail(face.get(), input.get()),
                                                                    hb_face_destroy);
  if (!part) return {};
  const std::unique_ptr<hb_blob_t, decltype(&hb_blob_destroy)> blob(hb_face_reference_blob(part.get()),
                                                                    hb_blob_destroy);
  unsigned length = 0;
  const char *data = hb_blob_get_data(blob.get(), &length);
  return {data, static_cast<qsizetype>(length)};
}

/** Notes which fonts a text is really drawn in. */
void note(const Face &face, const QString &text, std::map<Face, Needed> &needed) {
  QFont font(face.family);
  font.setWeight(static_cast<QFont::Weight>(face.weight));
  for (const uint letter : text.toUcs4()) {
    QTextLayout layout(QString::fromUcs4(reinterpret_cast<const char32_t *>(&letter), 1), font);
    layout.beginLayout();
    layout.createLine();
    layout.endLayout();
    for (const QGlyphRun &run : layout.glyphRuns()) {
      Needed &of = needed[{run.rawFont().familyName(), face.weight}];
      of.font = run.rawFont();
      of.letters.insert(letter);
    }
  }
}

int weightOf(QStringView text) {
  const int weight = text.toInt();
  return weight > 0 ? weight : text == QLatin1String("bold") ? QFont::Bold : QFont::Normal;
}

}  // namespace

QString embeddedFonts(const QString &svg) {
  std::map<Face, Needed> needed;
  QXmlStreamReader reader(svg);
  Face face;
  while (!reader.atEnd()) {
    if (reader.readNext() != QXmlStreamReader::StartElement) continue;
    const QXmlStreamAttributes attributes = reader.attributes();
    if (attributes.hasAttribute(QLatin1String("font-family"))) {
      face.family = attributes.value(QLatin1String("font-family")).toString().section(',', 0, 0);
      face.weight = weightOf(attributes.value(QLatin1String("font-weight")));
    }
    if (reader.name() == QLatin1String("text")) note(face, reader.readElementText(), needed);
  }
  QString sheet;
  for (const auto &[named, font] : needed) {
    const QByteArray bytes = subset(font);
    if (bytes.isEmpty()) continue;
    sheet += QStringLiteral("@font-face{font-family:'%1';font-weight:%2;src:url(data:font/ttf;base64,%3)}\n")
                 .arg(named.family)
                 .arg(named.weight)
                 .arg(QString::fromLatin1(bytes.toBase64()));
  }
  return sheet;
}

}  // namespace sinkscope
