@echo off
rem Sets up as run.cmd does, then runs the tests: test.cmd [arguments of pytest]
setlocal EnableExtensions DisableDelayedExpansion
set "READINESS_START=pytest"
pushd "%~dp0"
call "%~dp0run.cmd" %*
set "STATUS=%errorlevel%"
popd
exit /b %STATUS%
