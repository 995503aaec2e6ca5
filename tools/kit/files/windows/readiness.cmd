@echo off
rem Starts the program from a console: readiness.cmd [arguments of readiness]
rem Only letters that every code page has; sentences are in kit\texts. No blocks in brackets, no
rem CALL or FOR with a whole path: the folder's name may hold brackets, ampersands and per cent signs.
setlocal EnableExtensions DisableDelayedExpansion
chcp 65001 >nul
set "ROOT=%~dp0"
set "TEXTS=%ROOT%kit\texts"
set "TEST=import sys, sysconfig; sys.exit('.'.join(map(str, sys.version_info[:2])) not in '@PYTHONS@'.split() or sysconfig.get_platform() != 'win-amd64')"
set "PYTHON_MANAGER_AUTOMATIC_INSTALL=false"
set "PY="

if /i "%PROCESSOR_ARCHITECTURE%"=="x86" if not defined PROCESSOR_ARCHITEW6432 goto not_64

rem An embeddable Python beside this file comes first. It is unpacked once; a note keeps its name.
set "ZIP="
set "HAVE="
set "FOLDER="
pushd "%ROOT%"
for %%v in (@PYTHONS@) do call :find %%v
popd
if exist "%ROOT%python\unpacked.txt" set /p HAVE=<"%ROOT%python\unpacked.txt"
if not defined ZIP if defined HAVE goto embedded
if not defined ZIP goto by_hand
if "%HAVE%"=="%ZIP%" goto embedded

type "%TEXTS%\unpacking.txt"
if exist "%ROOT%python" rd /s /q "%ROOT%python"
if exist "%ROOT%python" goto in_use
md "%ROOT%python"
if not exist "%ROOT%python" goto no_write
pushd "%ROOT%python"
rem Inside the folder all names are plain: tar knows no Vietnamese letters in a path.
"%SystemRoot%\System32\tar.exe" -xf "..\%ZIP%" >nul 2>&1
if "%errorlevel%"=="0" if exist python.exe goto unpacked
"%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe" -NoProfile -NonInteractive -ExecutionPolicy Bypass -Command "$ErrorActionPreference='Stop'; $ProgressPreference='SilentlyContinue'; Expand-Archive -LiteralPath '..\%ZIP%' -DestinationPath . -Force" >nul 2>&1
if "%errorlevel%"=="0" if exist python.exe goto unpacked
popd
goto bad_zip

:unpacked
popd
>"%ROOT%python\unpacked.txt" echo %ZIP%

:embedded
set PY="%ROOT%python\python.exe"
%PY% -I -c "%TEST%" >nul 2>&1
if "%errorlevel%"=="0" goto start
goto bad_python

:by_hand
if not defined FOLDER goto installed
if not exist "%ROOT%%FOLDER%\python.exe" goto installed
set PY="%ROOT%%FOLDER%\python.exe"
%PY% -I -c "%TEST%" >nul 2>&1
if "%errorlevel%"=="0" goto start
goto bad_python

:installed
for %%v in (@PYTHONS@) do call :try py -%%v
call :try python
if not defined PY goto no_python

:start
%PY% -I -X utf8 "%ROOT%kit\start.py" %*
exit /b %errorlevel%

:no_python
type "%TEXTS%\no-python.txt" >&2
exit /b 1

:bad_zip
type "%TEXTS%\bad-zip.txt" >&2
echo %ZIP% >&2
exit /b 1

:bad_python
type "%TEXTS%\bad-python.txt" >&2
exit /b 1

:in_use
type "%TEXTS%\in-use.txt" >&2
exit /b 1

:no_write
type "%TEXTS%\no-write.txt" >&2
exit /b 1

:not_64
type "%TEXTS%\not-64.txt" >&2
exit /b 1

:find
for %%f in (python-%1.*-embed-amd64*.zip) do set "ZIP=%%~nxf"
for /d %%d in (python-%1.*-embed-amd64*) do set "FOLDER=%%~nxd"
exit /b 0

:try
if defined PY exit /b 0
%* -I -c "%TEST%" >nul 2>&1
if "%errorlevel%"=="0" set "PY=%*"
exit /b 0
