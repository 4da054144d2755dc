#include <tiffio.h>
#include <tiffio.hxx>

#include <QBuffer>
#include <sstream>
#include <stdexcept>

#include "widgets/figure_formats.h"

namespace sinkscope {

QByteArray pngOf(const FigureDrawing &drawing, const FigureStyle &style, double dpi) {
  QImage image = renderFigure(drawing, style, dpi);
  const FigureMetadata metadata = metadataOf(drawing, style);
  image.setText(QStringLiteral("Title"), metadata.title);
  image.setText(QStringLiteral("Description"), metadata.description);
  image.setText(QStringLiteral("Software"), QStringLiteral("Sinkscope"));
  for (const auto &[name, value] : metadata.facts) image.setText(name, value);
  QByteArray bytes;
  QBuffer buffer(&bytes);
  buffer.open(QIODevice::WriteOnly);
  image.save(&buffer, "PNG");
  return bytes;
}

QByteArray tiffOf(const FigureDrawing &drawing, const FigureStyle &style, double dpi) {
  const QImage image = renderFigure(drawing, style, dpi).convertToFormat(QImage::Format_RGB888);
  std::ostringstream stream;
  TIFF *tiff = TIFFStreamOpen("figure", &stream);
  if (!tiff) throw std::runtime_error("the picture cannot be made");
  const QByteArray description = metadataOf(drawing, style).text().toUtf8();
  TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, static_cast<uint32_t>(image.width()));
  TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, static_cast<uint32_t>(image.height()));
  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 8);
  TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 3);
  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
  TIFFSetField(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_LZW);
  TIFFSetField(tiff, TIFFTAG_PREDICTOR, PREDICTOR_HORIZONTAL);
  TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(tiff, 0));
  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, dpi);
  TIFFSetField(tiff, TIFFTAG_YRESOLUTION, dpi);
  TIFFSetField(tiff, TIFFTAG_SOFTWARE, "Sinkscope");
  TIFFSetField(tiff, TIFFTAG_IMAGEDESCRIPTION, description.constData());
  bool written = true;
  for (int row = 0; row < image.height() && written; ++row) {
    QByteArray line(reinterpret_cast<const char *>(image.constScanLine(row)), 3 * image.width());  // it is changed
    written = TIFFWriteScanline(tiff, line.data(), static_cast<uint32_t>(row), 0) == 1;
  }
  TIFFClose(tiff);
  if (!written) throw std::runtime_error("the picture cannot be packed");
  const std::string bytes = stream.str();
  return {bytes.data(), static_cast<qsizetype>(bytes.size())};
}

}  // namespace sinkscope
