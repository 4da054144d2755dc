sinkscope_test(app compute_thread unit) sinkscope_test(app document unit) sinkscope_test(app settings unit)
    sinkscope_test(app activity_bar unit gui) sinkscope_test(app session unit) sinkscope_test(app figures unit gui)
