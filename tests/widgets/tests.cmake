if(SINKSCOPE_GUI)
  foreach(name animation colour_map axis_ticks theme token_strip head_grid eps_slider heatmap_view profile_plot layer_map
               layer_map_row plot_data curve_plot decimated_curve scatter_plot figure figure_plots figure_style figure_formats
               figure_images words)
    sinkscope_test(widgets ${name} gui)
  endforeach()
endif()
if(SINKSCOPE_GUI)
  # It reads back what was written.
  find_package(TIFF REQUIRED)
  find_package(PkgConfig REQUIRED)
  pkg_check_modules(libzip REQUIRED IMPORTED_TARGET libzip)
  target_link_libraries(tst_figure_formats PRIVATE TIFF::TIFF PkgConfig::libzip)
endif()
