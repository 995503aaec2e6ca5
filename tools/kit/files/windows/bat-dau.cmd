@echo off
rem Double click: sets the program up in this folder the first time, then starts it.
setlocal EnableExtensions DisableDelayedExpansion
title Commune readiness
if not exist "%~dp0kit\start.py" goto inside_zip
pushd "%~dp0"
call .\readiness.cmd %*
set "STATUS=%errorlevel%"
popd
rem The window would close before anybody could read why.
if not "%STATUS%"=="0" pause
exit /b %STATUS%

rem Explorer shows what is in a zip as a folder, but takes out only what was clicked.
:inside_zip
chcp 65001 >nul
echo Hãy giải nén cả tệp zip trước (bấm chuột phải, Extract All), rồi mở thư mục vừa giải nén và chạy lại.
echo Extract the whole zip first (right click, Extract All), then open the new folder and start again.
pause
exit /b 1
