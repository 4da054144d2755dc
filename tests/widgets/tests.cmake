if(SINKSCOPE_GUI)
  foreach(name animation colour_map axis_ticks theme token_strip head_grid eps_slider heatmap_view profile_plot layer_map
               layer_map_row plot_data curve_plot decimated_curve scatter_plot figure figure_plots)
    sinkscope_test(widgets ${name} gui)
  endforeach()
endif()
