// Draws an icon as square PNG files, FOLDER/SIZE.png for each size.
#include <QImage>
#include <QPainter>
#include <QSvgRenderer>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: render_icons ICON.svg FOLDER SIZE...\n", stderr);
    return 2;
  }
  QSvgRenderer icon(QString::fromLocal8Bit(argv[1]));
  if (!icon.isValid()) {
    std::fprintf(stderr, "error: %s is no SVG picture.\n", argv[1]);
    return 1;
  }
  for (int i = 3; i < argc; ++i) {
    const int size = QByteArray(argv[i]).toInt();
    QImage picture(size, size, QImage::Format_ARGB32_Premultiplied);
    picture.fill(Qt::transparent);
    QPainter painter(&picture);
    icon.render(&painter);
    painter.end();
    const QString path = QStringLiteral("%1/%2.png").arg(QString::fromLocal8Bit(argv[2])).arg(size);
    if (!picture.save(path)) {
      std::fprintf(stderr, "error: %s could not be written.\n", qPrintable(path));
      return 1;
    }
  }
  return 0;
}
