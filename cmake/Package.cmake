# The Debian package: program, systemd unit, configuration (make deb).
# Else an empty /usr/local would be part of the package.
if(CMAKE_INSTALL_PREFIX_INITIALIZED_TO_DEFAULT)
  set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "" FORCE)
endif()
install(TARGETS dengce RUNTIME DESTINATION /usr/bin)
install(FILES packaging/dengce.service DESTINATION /lib/systemd/system)
install(FILES packaging/dengce.yaml DESTINATION /etc/dengce)
install(FILES README.md README.zh-CN.md SECURITY.md docs/operation.md docs/security.md docs/asvs.md
        DESTINATION /usr/share/doc/dengce)
install(FILES LICENSE DESTINATION /usr/share/doc/dengce RENAME copyright)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dengce)
set(CPACK_PACKAGE_VENDOR Dengce)
set(CPACK_PACKAGE_CONTACT "Dengce maintainers <maintainers@dengce.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "Network security classified protection assessment platform")
set(CPACK_SET_DESTDIR ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS adduser)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libreoffice-writer-nogui, fonts-noto-cjk, poppler-utils")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/packaging/debian/postinst
    ${CMAKE_SOURCE_DIR}/packaging/debian/prerm ${CMAKE_SOURCE_DIR}/packaging/debian/postrm
    ${CMAKE_SOURCE_DIR}/packaging/debian/conffiles)
include(CPack)
